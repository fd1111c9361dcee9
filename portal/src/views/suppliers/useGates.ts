const NONE: ReadonlyMap<string, string> = new Map();

/** State of the qualification gate by organisation, where the node tells it. */
export function useGates(): ReadonlyMap<string, string> {
  return NONE;
}
