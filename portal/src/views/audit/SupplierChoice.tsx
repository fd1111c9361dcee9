import { useTranslation } from 'react-i18next';
import { Select } from '../../ui/Select';
import { useMembers } from './useMembers';

interface Props {
  readonly value: string | null;
  readonly onChange: (lei: string) => void;
}

/** Which member is looked at. */
export function SupplierChoice({ value, onChange }: Props) {
  const { t } = useTranslation('audit');
  const members = useMembers();
  const suppliers = members.data?.filter(({ roles }) => roles.includes('supplier')) ?? [];
  return (
    <label className="stack tight" style={{ maxWidth: 420 }}>
      <span>{t('supplier')}</span>
      <Select
        label={t('supplier')}
        showSearch={{ optionFilterProp: 'label' }}
        loading={members.isPending}
        value={value}
        placeholder={t('chooseSupplier')}
        onChange={onChange}
        options={suppliers.map(({ lei, name }) => ({ value: lei, label: `${name} · ${lei}` }))}
      />
    </label>
  );
}
