import { BellOutlined } from '@ant-design/icons';
import { Badge, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { feed } from '../api/events';
import { useFormat } from '../i18n/format';
import { Empty } from '../ui/Empty';
import { told, values } from './notice';
import { useNotices } from './useNotices';

export function Notices() {
  const { t, i18n } = useTranslation('shell');
  const format = useFormat();
  const { notices, unread, live } = useNotices();
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
      <Drawer open={open} onClose={close} title={t('notices.title')} size={400}>
        <p className="soft small" role="status">
          {live ? t('notices.live') : t('notices.away')}
        </p>
        {notices.length === 0 && <Empty title={t('notices.none')} hint={t('notices.noneHint')} />}
        <ol className="notices">
          {notices.map((notice) => (
            <li key={notice.number} className={told(notice).mood}>
              <span>{t(`event.${notice.type}`, values(notice, i18n.language))}</span>
              <time className="soft small" dateTime={notice.at} title={format.dateTime(notice.at)}>
                {format.relative(notice.at)}
              </time>
            </li>
          ))}
        </ol>
      </Drawer>
    </>
  );
}
