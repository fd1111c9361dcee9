import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';

/** The shape of what is coming, so that nothing jumps. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const { t } = useTranslation('common');
  return (
    <div className="page" role="status" aria-label={t('loading')}>
      <Skeleton active paragraph={{ rows }} />
    </div>
  );
}
