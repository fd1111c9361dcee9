import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat } from '../i18n/format';
import { Empty } from '../ui/Empty';
import { told, values } from './notice';
import { useNotices } from './useNotices';

/** What happened, newest first. */
export default function NoticeList({ onClose }: { readonly onClose: () => void }) {
  const { t, i18n } = useTranslation('shell');
  const format = useFormat();
  const { notices, live } = useNotices();
  return (
    <Drawer open onClose={onClose} title={t('notices.title')} size={400}>
      <p className="soft small" role="status">
        {live ? t('notices.live') : t('notices.away')}
      </p>
      {notices.length === 0 && <Empty title={t('notices.none')} hint={t('notices.noneHint')} />}
      <ol className="notices">
        {notices.map((notice) => {
          const { mood, to } = told(notice);
          const text = t(`event.${notice.type}`, values(notice, i18n.language));
          return (
            <li key={notice.number} className={mood}>
              {to === undefined ? <span>{text}</span> : <Link to={to} onClick={onClose}>{text}</Link>}
              <time className="soft small" dateTime={notice.at} title={format.dateTime(notice.at)}>
                {format.relative(notice.at)}
              </time>
            </li>
          );
        })}
      </ol>
    </Drawer>
  );
}
