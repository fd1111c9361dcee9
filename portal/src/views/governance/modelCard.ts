/** A model card of the node, `credence-model-card/1`, read with care. Pure. */
export interface ModelCard {
  readonly limits: readonly string[];
  readonly checks: readonly { readonly check: string; readonly rule: string }[];
  readonly coverage: readonly { readonly evidence: string; readonly held: number }[];
  readonly confidence: number | null;
}

type Json = Readonly<Record<string, unknown>>;
const obj = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const txt = (value: unknown): string => (typeof value === 'string' ? value : '');

export function modelCardOf(raw: unknown): ModelCard {
  const card = obj(raw);
  const interval = obj(card['interval']);
  const ppm = interval['confidence_ppm'];
  return {
    limits: list(card['limits']).map(txt).filter((one) => one !== ''),
    checks: list(card['governance']).map((one) => ({ check: txt(obj(one)['check']), rule: txt(obj(one)['rule']) })),
    coverage: list(obj(interval['coverage'])['figures']).flatMap((one) => {
      const held = obj(one)['held_per_mille'];
      return typeof held === 'number' ? [{ evidence: txt(obj(one)['evidence']), held: held / 1000 }] : [];
    }),
    confidence: typeof ppm === 'number' ? ppm / 1e6 : null,
  };
}
