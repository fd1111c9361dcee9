import { App, Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useRegisterSW } from 'virtual:pwa-register/react';

const KEY = 'update';

/** A newer page is there: the reader decides when, so that nothing typed is lost. */
export function Update() {
  const { t } = useTranslation('shell');
  const { notification } = App.useApp();
  const {
    needRefresh: [fresh, setFresh],
    updateServiceWorker,
  } = useRegisterSW();
  useEffect(() => {
    if (!fresh) return;
    notification.info({
      key: KEY,
      duration: 0,
      placement: 'bottomRight',
      title: t('update.title'),
      description: t('update.lead'),
      actions: (
        <Button type="primary" size="small" onClick={() => void updateServiceWorker(true)}>
          {t('update.now')}
        </Button>
      ),
      onClose: () => setFresh(false),
    });
  }, [fresh, notification, setFresh, t, updateServiceWorker]);
  return null;
}
