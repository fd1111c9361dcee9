import { DeleteOutlined, ReloadOutlined } from '@ant-design/icons';
import { Alert, App, Button, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { POINT, useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { IntervalBar } from '../../ui/IntervalBar';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Tag } from '../../ui/Tag';
import { useMembers } from '../audit/useMembers';
import { alertsOf, moodOf } from './alerts';
import type { Looked } from './alerts';
import { useWatchList } from './list';
import type { WatchList } from './list';
import { useLook } from './look';
import './watch.css';

/** Suppliers whose attestations this bank relies on, looked at again on every visit and every minute. */
export default function WatchPage() {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const go = useNavigate();
  const watch = useWatchList();
  const { list, ready } = watch;
  const query = useLook(list);
  if (!ready) return <Loading />;
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        list.length > 0 && (
          <>
            <Button icon={<ReloadOutlined />} loading={query.isFetching} onClick={() => void query.refetch()}>
              {t('again')}
            </Button>
            <Button type="primary" onClick={() => void go('/verify')}>
              {t('add')}
            </Button>
          </>
        )
      }
    >
      {list.length === 0 ? (
        <div className="card">
          <Empty title={t('none')} hint={t('noneHint')} action={{ label: t('noneAction'), to: '/verify' }} />
        </div>
      ) : (
        <Asked query={query} rows={6}>
          {(look) => (
            <div className="stack">
              {look.keptSince !== null && <Alert type="warning" showIcon title={t('kept', { time: format.dateTime(new Date(look.keptSince)) })} />}
              <p className="soft small" role="status">
                {look.block === null ? t('noBlock') : t('asOf', { block: format.number(look.block.toString()) })}
              </p>
              <ul className="watch-list">
                {look.looked.map((one) => (
                  <Entry key={one.entry.uid} looked={one} now={look.at} acts={watch} />
                ))}
              </ul>
            </div>
          )}
        </Asked>
      )}
    </Page>
  );
}

interface EntryProps {
  readonly looked: Looked;
  readonly now: number;
  readonly acts: Pick<WatchList, 'add' | 'remove' | 'change'>;
}

function Entry({ looked, now, acts }: EntryProps) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const { message } = App.useApp();
  const { add, remove, change } = acts;
  const { entry, report, newest } = looked;
  const alerts = alertsOf(looked, now);
  const mood = moodOf(alerts);
  const called = useMembers().data?.find(({ lei }) => lei === entry.name.slice(0, 20))?.name;
  const claim = newest?.attestation?.claim ?? report.attestation?.claim;
  const drop = (): void => {
    const gone = remove(entry.uid);
    if (gone === null) return;
    message.open({
      type: 'info',
      content: (
        <span>
          {t('removed')}{' '}
          <Button type="link" size="small" onClick={() => add(gone)}>
            {t('undo')}
          </Button>
        </span>
      ),
    });
  };
  return (
    <li className="card watch-entry" data-mood={mood}>
      <div>
        <strong>{entry.name === '' ? <Digest value={entry.subject} /> : (called ?? <span className="mono">{entry.name}</span>)}</strong>
        {called !== undefined && <div className="soft small mono">{entry.name}</div>}
        <div className="soft small">{t('by', { issuer: entry.issuer, date: format.date(entry.added) })}</div>
        <div className="row tight" style={{ marginTop: 8 }}>
          {alerts.length === 0 && <Tag mood="good">{t('well')}</Tag>}
          {alerts.map((alert) => (
            <Tag key={alert} mood={moodOf([alert])} title={t(`alertHelp.${alert}`)}>
              {t(`alert.${alert}`)}
            </Tag>
          ))}
        </div>
        {alerts.map((alert) => (
          <p key={alert} className="soft small" style={{ margin: '6px 0 0' }}>
            {t(`alertHelp.${alert}`)}
          </p>
        ))}
      </div>
      <div>
        <span className="serif num watch-points">{format.points(claim?.points ?? entry.points)}</span>
        <span className="soft small"> {t('then', { points: format.points(entry.points) })}</span>
        <IntervalBar points={claim?.points ?? entry.points} low={claim?.low ?? entry.low} high={claim?.high ?? entry.points} floor={entry.floor} />
      </div>
      <div className="row no-print">
        <label className="stack tight small">
          {t('floor')}
          <InputNumber min={0} max={100} step={1} value={entry.floor / POINT} onChange={(value) => change(entry.uid, Math.round((value ?? 0) * POINT))} />
        </label>
        <Button icon={<DeleteOutlined />} aria-label={t('remove', { name: entry.name })} onClick={drop} />
      </div>
    </li>
  );
}
