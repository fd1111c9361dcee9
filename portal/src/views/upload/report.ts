/** The report of an import, read with care: what is missing or unknown never breaks the page. */
export interface FileReport {
  readonly name: string;
  readonly outcome: string;
  readonly reason: string;
  readonly advice: string;
}

export interface Report {
  readonly added: number;
  readonly known: number;
  readonly refused: number;
  readonly files: readonly FileReport[];
}

const num = (value: unknown): number => (typeof value === 'number' ? value : 0);
const txt = (value: unknown): string => (typeof value === 'string' ? value : '');

export function reportOf(raw: Readonly<Record<string, unknown>> | undefined): Report {
  const files = Array.isArray(raw?.['files']) ? (raw['files'] as unknown[]) : [];
  return {
    added: num(raw?.['added']),
    known: num(raw?.['known']),
    refused: num(raw?.['refused']),
    files: files
      .filter((file): file is Record<string, unknown> => typeof file === 'object' && file !== null)
      .map((file) => ({ name: txt(file['name']), outcome: txt(file['outcome']), reason: txt(file['reason']), advice: txt(file['advice']) })),
  };
}
