import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';

const MOODS = { 'as-predicted': 'good', weaker: 'watch', none: 'bad', worse: 'bad' } as const;

/** The real effect of a released correction beside the predicted one. */
export function Effect({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t } = useTranslation('cause');
  const format = useFormat();
  const queries = useQueryClient();
  const may = useMay('cases:write') && found.effect === null;
  const [table, setTable] = useState<string | null>(null);
  const tables = useQuery({ queryKey: ['causes', 'tables'], queryFn: () => take(api.GET('/v1/causes/tables', { params: { query: { limit: 500 } } })), enabled: may, meta: { keep: false } });
  const compare = useMutation({
    mutationFn: (name: string) => take(api.POST('/v1/causes/cases/{case}/effect', { params: { path: { case: found.id } }, body: { table: name } })),
    onSuccess: (detail) => queries.setQueryData(['causes', 'case', found.id], detail),
  });
  const told = found.effect as Readonly<Record<string, string | number>> | null;
  const outcome = String(told?.['outcome'] ?? 'none') as keyof typeof MOODS;
  const others = tables.data?.items.filter(({ name }) => name !== found.table) ?? [];
  return (
    <Section title={t('effect.title')} help={t('effect.help')} extra={told !== null && <Tag mood={MOODS[outcome] ?? 'watch'}>{t(`effect.outcome.${outcome}`)}</Tag>}>
      {told !== null ? (
        <p style={{ margin: 0 }}>
          {t('effect.says', { measure: told['measure'] === 'yield' ? t('suggest.yield') : 'Cpk', before: format.number(told['before'], 2), predicted: format.number(told['predicted'], 2), low: format.number(told['low'], 2), high: format.number(told['high'], 2), observed: format.number(told['observed'], 2), lots: told['lots'] })}
        </p>
      ) : (
        <div className="stack tight">
          <p className="soft" style={{ margin: 0 }}>{t('effect.wait')}</p>
          {may && (
            <div className="row">
              <Select style={{ minWidth: 260 }} label={t('effect.table')} placeholder={t('effect.table')} value={table} onChange={setTable} options={others.map(({ name, file, rows, last }) => ({ value: name, label: `${file} · ${rows} · ${format.date(last)}` }))} />
              <Button type="primary" disabled={table === null} loading={compare.isPending} onClick={() => table !== null && compare.mutate(table)}>{t('effect.compare')}</Button>
            </div>
          )}
          {compare.error !== null && <Failure error={compare.error} />}
        </div>
      )}
    </Section>
  );
}
