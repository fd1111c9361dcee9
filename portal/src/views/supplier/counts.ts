/** What the node observed, `3 of 24000`, as numbers; null for nothing, or for words that are not known. Pure. */
export function observedOf(text: string): { readonly bad: string; readonly of: string } | null {
  const found = /^(\d+(?:\.\d+)?) of (\d+(?:\.\d+)?)$/.exec(text);
  return found?.[1] === undefined || found[2] === undefined ? null : { bad: found[1], of: found[2] };
}
