import { BellOutlined } from '@ant-design/icons';
import { Badge, Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { feed } from '../api/events';
import { useNotices } from './useNotices';

const NoticeList = lazy(() => import('./NoticeList'));

export function Notices() {
  const { t } = useTranslation('shell');
  const { unread } = useNotices();
  const [open, setOpen] = useState(false);
  const close = (): void => {
    setOpen(false);
    feed().markRead();
  };
  return (
    <>
      <Badge count={unread} size="small" overflowCount={99} offset={[-3, 7]}>
        <Button type="text" icon={<BellOutlined />} aria-label={t('notices.open', { count: unread })} onClick={() => setOpen(true)} />
      </Badge>
      <Suspense fallback={null}>{open && <NoticeList onClose={close} />}</Suspense>
    </>
  );
}
