import { Alert, Button, Popover } from 'antd';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format';
import { useNode } from './useNode';

const watchLine = (changed: () => void): (() => void) => {
  addEventListener('online', changed);
  addEventListener('offline', changed);
  return () => {
    removeEventListener('online', changed);
    removeEventListener('offline', changed);
  };
};

/** Whether the node answered the last time it was asked. */
export function useReachable(): boolean {
  const line = useSyncExternalStore(watchLine, () => navigator.onLine);
  const { isError, errorUpdatedAt, dataUpdatedAt } = useNode();
  return line && !(isError || errorUpdatedAt > dataUpdatedAt);
}

/** Up to which block of the chain everything on the page is. */
export function BlockBadge() {
  const { t } = useTranslation('shell');
  const format = useFormat();
  const { data, dataUpdatedAt } = useNode();
  const reachable = useReachable();
  if (data === undefined) return null;
  const block = data.block === null ? null : format.number(data.block);
  return (
    <Popover
      trigger={['click', 'hover']}
      content={
        <div className="help-text">
          <p>{block === null ? t('block.noChain') : t('block.help', { block })}</p>
          <p className="soft small">{t('block.asked', { time: format.dateTime(new Date(dataUpdatedAt)) })}</p>
        </div>
      }
    >
      <button type="button" className={reachable && block !== null ? 'block-badge' : 'block-badge stale'}>
        <i aria-hidden="true" />
        <span className="num">{block === null ? t('block.none') : t('block.at', { block })}</span>
      </button>
    </Popover>
  );
}

/** Said across the page while the node does not answer: what is shown, and as of when. */
export function Freshness() {
  const { t } = useTranslation('shell');
  const format = useFormat();
  const { data, dataUpdatedAt, refetch, isFetching } = useNode();
  const reachable = useReachable();
  const [late, setLate] = useState(false);
  useEffect(() => {
    // A short break is not worth a word.
    const timer = setTimeout(() => setLate(!reachable), reachable ? 0 : 1_500);
    return () => clearTimeout(timer);
  }, [reachable]);
  if (!late) return null;
  const asOf = data === undefined || data.block === null
    ? t('offline.nothing')
    : t('offline.asOf', { block: format.number(data.block), time: format.dateTime(new Date(dataUpdatedAt)) });
  return (
    <Alert
      banner
      type="warning"
      role="status"
      title={t('offline.title')}
      description={asOf}
      action={
        <Button size="small" loading={isFetching} onClick={() => void refetch()}>
          {t('offline.again')}
        </Button>
      }
    />
  );
}
