import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';

interface Props {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong, why, and what to do; nothing of the page is lost. */
export function Failure({ error, onRetry }: Props) {
  const { t } = useTranslation('common');
  const known = error instanceof ApiError ? error : null;
  const title = known === null ? t('failure.bug') : known.status === 0 ? t('failure.away') : t('failure.refused');
  return (
    <Alert
      type={known?.passing === true ? 'warning' : 'error'}
      showIcon
      title={title}
      description={
        <>
          <div>{known?.status === 0 ? t('failure.awayHint') : error instanceof Error ? error.message : String(error)}</div>
          {known !== null && known.advice !== '' && <div className="soft">{known.advice}</div>}
          {known !== null && known.requestId !== '' && <div className="soft small mono">{t('failure.request', { id: known.requestId })}</div>}
        </>
      }
      {...(onRetry && {
        action: (
          <Button size="small" onClick={onRetry}>
            {t('retry')}
          </Button>
        ),
      })}
    />
  );
}
