import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNode } from '../../app/useNode';
import { useFormat } from '../../i18n/format';
import { Select } from '../../ui/Select';
import { useKind } from '../../ui/useKind';
import { plausible, titleOf } from './definition';
import type { Field } from './definition';
import { useOwnEvidence } from './useOwnEvidence';

interface Props {
  readonly field: Field;
  readonly needed: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One field of a flow's form, by its type. */
export function FieldInput({ field, needed, value, onChange }: Props) {
  const { t, i18n } = useTranslation('cases');
  const wrong = !plausible(field, value);
  const title = titleOf(field.title, i18n.language, field.name);
  return (
    <label className="field">
      <span>
        {title} {!needed && <span className="soft small">{t('optional')}</span>}
      </span>
      <Control field={field} label={title} value={value} onChange={onChange} wrong={wrong} />
      {wrong && (
        <span role="alert" className="error-text small">
          {t(`wrong.${field.type}`, { least: field.least, most: field.most, longest: field.longest, defaultValue: t('wrong.other') })}
        </span>
      )}
    </label>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly label: string;
  readonly value: string;
  readonly wrong: boolean;
  readonly onChange: (value: string) => void;
}

function Control({ field, label, value, wrong, onChange }: ControlProps) {
  const { t, i18n } = useTranslation('cases');
  const status = wrong ? 'error' : '';
  switch (field.type) {
    case 'digest':
    case 'digests':
      return <Evidence many={field.type === 'digests'} label={label} value={value} onChange={onChange} />;
    case 'boolean':
      return <Select label={label} value={value === '' ? null : value} onChange={onChange} options={['true', 'false'].map((one) => ({ value: one, label: t(`bool.${one}`) }))} />;
    case 'choice':
      return <Select label={label} value={value === '' ? null : value} onChange={onChange} options={field.choices.map((one) => ({ value: one.value, label: titleOf(one.title, i18n.language, one.value) }))} />;
    case 'integer':
    case 'decimal':
      return <Input value={value} status={status} inputMode={field.type === 'integer' ? 'numeric' : 'decimal'} onChange={(event) => onChange(event.target.value)} />;
    case 'date':
      return <Input type="date" value={value} onChange={(event) => onChange(event.target.value)} />;
    case 'text':
      return (field.longest ?? 0) > 300 ? (
        <Input.TextArea rows={4} value={value} status={status} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input value={value} status={status} onChange={(event) => onChange(event.target.value)} />
      );
    default:
      return <Input value={value} status={status} onChange={(event) => onChange(event.target.value)} />;
  }
}

interface EvidenceProps {
  readonly many: boolean;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Statements of ours, chosen by what they are, not by their digests. */
function Evidence({ many, label, value, onChange }: EvidenceProps) {
  const { t } = useTranslation('cases');
  const kindOf = useKind();
  const format = useFormat();
  const lei = useNode().data?.lei ?? null;
  const found = useOwnEvidence(lei);
  const chosen = value.split(/[\s,]+/).filter((one) => one !== '');
  return (
    <Select
      label={label}
      {...(many && { mode: 'multiple' as const })}
      showSearch
      value={many ? chosen : (chosen[0] ?? null)}
      placeholder={t('evidenceHint')}
      loading={found.isPending}
      optionFilterProp="label"
      onChange={(next: string | string[] | null) => onChange(Array.isArray(next) ? next.join(' ') : (next ?? ''))}
      options={(found.data ?? []).map((one) => ({ value: one.id, label: t('claim.event', { kind: kindOf(one.kind), number: one.sequence, date: format.date(one.occurred) }) }))}
    />
  );
}
