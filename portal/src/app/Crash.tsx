import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Empty } from '../ui/Empty';
import { Page } from '../ui/Page';

/** A screen that failed, or could not be fetched after an update: nothing else of the page is lost. */
export function Crash() {
  const { t } = useTranslation('shell');
  const error = useRouteError();
  const told = error instanceof Error ? error.message : String(error);
  return (
    <Page title={t('crash.title')}>
      <div className="card" role="alert">
        <p>{t('crash.lead')}</p>
        <p className="mono soft">{told}</p>
        <Button type="primary" onClick={() => location.reload()}>
          {t('crash.reload')}
        </Button>
      </div>
    </Page>
  );
}

export function Lost() {
  const { t } = useTranslation('shell');
  return (
    <Page title={t('lost.title')}>
      <div className="card">
        <Empty title={t('lost.nothing')} hint={t('lost.lead')} action={{ label: t('lost.home'), to: '/' }} />
      </div>
    </Page>
  );
}
