import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/problem';
import { Failure } from '../../ui/Failure';
import { differencesOf } from './read';

/** Why nothing was kept; where run or file differ from the chain, in what. */
export function Refusal({ error }: { readonly error: unknown }) {
  const { t } = useTranslation('models');
  if (!(error instanceof ApiError) || error.kind !== 'ProofError') return <Failure error={error} />;
  const fields = (names: readonly string[]): string => names.map((name) => t(`field.${name}`, { defaultValue: name })).join(t('comma'));
  return (
    <Alert
      type="error"
      showIcon
      title={t('refused.title')}
      description={
        <>
          <ul className="plain">
            {differencesOf(error.message).map((one) => (
              <li key={one.text}>{one.key === '' ? <span lang="en">{one.text}</span> : t(`differs.${one.key}`, { ...one.values, fields: fields(one.fields) })}</li>
            ))}
          </ul>
          <p className="soft" style={{ margin: '8px 0 0' }}>{t('refused.advice')}</p>
          <code className="small">{t('refused.command')}</code>
        </>
      }
    />
  );
}
