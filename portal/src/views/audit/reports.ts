/** What the node's own audit of a log says; fields that this page does not know are let be. */

export interface LogAudit {
  readonly issuer: string;
  readonly size: number;
  readonly root: string;
  readonly heads: number;
  /** Statements by issuer, subject and kind. */
  readonly series: Readonly<Record<string, number>>;
  readonly whole: boolean;
  readonly findings: readonly { readonly what: string; readonly detail: string }[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

function counts(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, count]) => [name, number(count)]));
}

export function readAudit(answer: Record<string, unknown>): LogAudit {
  const findings = Array.isArray(answer['findings']) ? (answer['findings'] as unknown[]) : [];
  return {
    issuer: text(answer['issuer']),
    size: number(answer['size']),
    root: text(answer['root']),
    heads: number(answer['heads']),
    series: counts(answer['series']),
    // Only a plain true counts: an answer without the field is no clean bill.
    whole: answer['whole'] === true,
    findings: findings.map((one) => {
      const finding = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>;
      return { what: text(finding['what']), detail: text(finding['detail']) };
    }),
  };
}
