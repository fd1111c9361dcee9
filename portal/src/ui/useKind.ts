import { useTranslation } from 'react-i18next';

/** What a kind of statement is called; a kind from a later version keeps its own name. */
export function useKind(): (kind: string) => string {
  const { t } = useTranslation('kinds');
  return (kind) => t(kind, { defaultValue: kind });
}
