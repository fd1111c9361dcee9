import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useNode } from '../../app/useNode';
import { Asked } from '../../ui/Asked';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';

const FIELDS = ['problem', 'cause', 'actions', 'validation', 'prevention'] as const;
const SEVERITIES = ['minor', 'major', 'critical'] as const;

/** The 8D as the case's documents say it, for people to edit step by step. */
export function EightD({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t, i18n } = useTranslation('cause');
  const language = i18n.language === 'zh' ? 'zh' : 'en';
  const queries = useQueryClient();
  const node = useNode();
  const may = useMay('cases:write') && found.eight_d === '';
  const [number, setNumber] = useState('');
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number]>('major');
  const draft = useQuery({
    queryKey: ['causes', 'draft', found.id, found.version, language],
    queryFn: () => take(api.GET('/v1/causes/cases/{case}/eight-d', { params: { path: { case: found.id }, query: { language } } })),
    meta: { keep: false },
  });
  const open = useMutation({
    mutationFn: (supplier: string) =>
      take(api.POST('/v1/causes/cases/{case}/eight-d', { params: { path: { case: found.id } }, body: { supplier, nonconformance: number, severity, language, evidence: [] } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['causes', 'case', found.id] }),
  });
  const lei = node.data?.lei;
  return (
    <Section title={t('eightD.title')} help={t('eightD.help')} extra={found.eight_d !== '' && <Link to={`/cases/${found.eight_d}`}>{t('eightD.go')}</Link>}>
      <Asked query={draft}>
        {(texts) => (
          <div className="stack tight">
            {FIELDS.filter((field) => texts[field] !== '').map((field) => (
              <div key={field}>
                <div className="soft small">{t(`eightD.${field}`)}</div>
                <pre className="draft-text">{texts[field]}</pre>
              </div>
            ))}
          </div>
        )}
      </Asked>
      {may && lei !== undefined && (
        <div className="row no-print" style={{ marginTop: 14 }}>
          <label className="stack tight">
            <span className="small soft">{t('eightD.number')}</span>
            <Input value={number} maxLength={200} onChange={(event) => setNumber(event.target.value)} />
          </label>
          <Segmented aria-label={t('eightD.severity')} value={severity} onChange={setSeverity} options={SEVERITIES.map((value) => ({ value, label: t(`eightD.${value}`) }))} />
          <Button type="primary" disabled={number.trim() === ''} loading={open.isPending} onClick={() => open.mutate(lei)}>{t('eightD.open')}</Button>
        </div>
      )}
      {open.error !== null && <Failure error={open.error} />}
    </Section>
  );
}
