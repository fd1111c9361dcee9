/** The agreed features, as far as the page knows their form. Pure. */
export function featuresOf(spec: Readonly<Record<string, unknown>>): { readonly name: string; readonly unit: string }[] {
  const listed = spec['features'];
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((one: unknown) => {
    const said = typeof one === 'object' && one !== null ? (one as Readonly<Record<string, unknown>>) : {};
    return typeof said['name'] === 'string' ? [{ name: said['name'], unit: typeof said['unit'] === 'string' && said['unit'] !== '1' ? said['unit'] : '' }] : [];
  });
}
