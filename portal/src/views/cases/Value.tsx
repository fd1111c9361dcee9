import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Digest } from '../../ui/Digest';
import { useMembers } from '../audit/useMembers';
import { titleOf } from './definition';
import type { Field } from './definition';

interface Props {
  readonly value: unknown;
  /** What the flow says of the field; absent for a field of a flow that says nothing. */
  readonly field: Field | undefined;
}

/** What a case knows, as people say it: members by name, choices by their title, digests short. */
export function Value({ value, field }: Props) {
  const list = Array.isArray(value) ? value : [value];
  return (
    <>
      {list.map((one, n) => (
        <div key={n}>
          <One text={typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? String(one) : JSON.stringify(one)} field={field} />
        </div>
      ))}
    </>
  );
}

function One({ text, field }: { readonly text: string; readonly field: Field | undefined }) {
  const { t, i18n } = useTranslation('cases');
  const format = useFormat();
  const members = useMembers().data;
  if (/^[0-9a-f]{64}$/.test(text)) return <Digest value={text} />;
  switch (field?.type) {
    case 'lei':
    case 'subject': {
      const name = members?.find(({ lei }) => lei === text.slice(0, 20))?.name;
      return name === undefined ? <span className="mono">{text}</span> : <>{name} <span className="soft small mono">{text}</span></>;
    }
    case 'choice':
      return titleOf(field.choices.find(({ value }) => value === text)?.title, i18n.language, text);
    case 'boolean':
      return t(`bool.${text}`, { defaultValue: text });
    case 'date':
      return format.date(text);
    case 'instant':
      return format.dateTime(text);
    case 'integer':
      return <span className="num">{format.number(text)}</span>;
    default:
      return text;
  }
}
