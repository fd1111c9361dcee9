import { DownloadOutlined, DiffOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useFormat } from '../../i18n/format';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { save } from '../../ui/save';
import { useDraft } from '../../ui/useDraft';
import { csvOf } from './csv';
import { Filters } from './Filters';
import { choose, FIRST_WISH, linesOf } from './rows';
import { Summary } from './Summary';
import { SupplierList } from './SupplierList';
import { useSuppliers } from './useSuppliers';
import './suppliers.css';

const MOST_COMPARED = 4;

export default function SuppliersPage() {
  const { t, i18n } = useTranslation('suppliers');
  const format = useFormat();
  const go = useNavigate();
  const { query, rows, complete } = useSuppliers();
  const [wish, setWish, forget] = useDraft('suppliers', FIRST_WISH);
  const [picked, setPicked] = useState<readonly string[]>([]);
  // Typing stays quick however long the list: the rows follow when there is time.
  const wanted = useDeferredValue(wish);
  const found = useMemo(() => choose(rows, wanted, i18n.language), [rows, wanted, i18n.language]);
  const lines = useMemo(() => linesOf(found, wanted.grouped), [found, wanted.grouped]);
  // The same function each time, so that a row is drawn again only when something of it has changed.
  const pick = useCallback((lei: string): void => {
    setPicked((before) => {
      const others = before.filter((one) => one !== lei);
      return others.length < before.length ? others : [...before, lei].slice(-MOST_COMPARED);
    });
  }, []);

  if (query.isPending) return <Loading rows={10} />;
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <Button icon={<DownloadOutlined />} onClick={() => save(csvOf(found, t, format), 'suppliers.csv', 'text/csv;charset=utf-8')} disabled={found.length === 0}>
            {t('export')}
          </Button>
          <Tooltip title={picked.length < 2 ? t('compareHint') : ''}>
            <Button type="primary" icon={<DiffOutlined />} disabled={picked.length < 2} onClick={() => void go(`/suppliers/compare?${picked.map((lei) => `lei=${lei}`).join('&')}`)}>
              {picked.length === 0 ? t('compare') : t('compareCount', { count: picked.length })}
            </Button>
          </Tooltip>
        </>
      }
    >
      <div className="stack">
        {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        <Summary rows={rows} wish={wish} onWish={setWish} />
        <Filters rows={rows} wish={wish} onWish={setWish} />
        <p className="soft small suppliers-count" role="status">
          {t('count', { count: found.length, shown: format.number(found.length), all: format.number(rows.length) })}
          {!complete && ` ${t('more')}`}
        </p>
        {lines.length > 0 ? (
          <SupplierList lines={lines} picked={picked} onPick={pick} wish={wish} onWish={setWish} />
        ) : (
          <div className="card">
            {rows.length === 0 ? (
              <Empty title={t('none')} hint={t('noneHint')} action={{ label: t('noneAction'), to: '/members' }} />
            ) : (
              <Empty title={t('noFit')} hint={t('noFitHint')} action={{ label: t('clear'), onClick: forget }} />
            )}
          </div>
        )}
      </div>
    </Page>
  );
}
