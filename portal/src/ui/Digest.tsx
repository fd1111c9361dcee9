import { Typography } from 'antd';
import { useTranslation } from 'react-i18next';

/** A long hexadecimal name, short on the screen, whole when copied. */
export function Digest({ value, length = 8 }: { readonly value: string; readonly length?: number }) {
  const { t } = useTranslation('common');
  const short = value.length <= 2 * length + 1 ? value : `${value.slice(0, length)}…${value.slice(-4)}`;
  return (
    <Typography.Text className="mono" copyable={{ text: value, tooltips: [t('copy'), t('copied')] }} title={value}>
      {short}
    </Typography.Text>
  );
}
