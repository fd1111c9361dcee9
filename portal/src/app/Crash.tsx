import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useRouteError } from 'react-router';

/** A screen that failed, or could not be fetched after an update: nothing else of the page is lost. */
export function Crash() {
  const { t } = useTranslation('shell');
  const error = useRouteError();
  const told = error instanceof Error ? error.message : String(error);
  return (
    <Result
      status="warning"
      title={t('crash.title')}
      subTitle={t('crash.lead')}
      extra={[
        <Button key="again" type="primary" onClick={() => location.reload()}>
          {t('crash.reload')}
        </Button>,
      ]}
    >
      <p className="mono soft">{told}</p>
    </Result>
  );
}

export function Lost() {
  const { t } = useTranslation('shell');
  const go = useNavigate();
  return (
    <Result
      status="404"
      title={t('lost.title')}
      subTitle={t('lost.lead')}
      extra={<Button type="primary" onClick={() => void go('/')}>{t('lost.home')}</Button>}
    />
  );
}
