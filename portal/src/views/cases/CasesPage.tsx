import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { all, api, take } from '../../api/client';
import { useNode } from '../../app/useNode';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Tag } from '../../ui/Tag';
import { OpenClaim } from './OpenClaim';
import './cases.css';

const SHOWN = ['open', 'ended', 'all'] as const;
type Shown = (typeof SHOWN)[number];

/** Repairs, 8D reports and corrections: where each stands, and by when something is due. */
export default function CasesPage() {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const [search] = useSearchParams();
  const subject = search.get('subject');
  const about = search.get('about');
  const [shown, setShown] = useState<Shown>('open');
  const [opening, setOpening] = useState(about !== null);
  // The flow lets only suppliers open a claim; a button that can only be refused helps nobody.
  const supplier = useNode().data?.roles.includes('supplier') === true;
  const mayOpen = useMay('cases:write') && supplier;
  const query = useQuery({
    queryKey: ['cases', 'list', shown, subject],
    queryFn: () =>
      all(
        (cursor) =>
          take(api.GET('/v1/cases', { params: { query: { limit: 200, ...(shown !== 'all' && { ended: shown === 'ended' }), ...(subject && { subject }), ...(cursor && { cursor }) } } })),
        2_000,
      ),
  });
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        mayOpen && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpening(true)}>
            {t('open')}
          </Button>
        )
      }
    >
      <div className="stack">
        <Segmented<Shown> aria-label={t('shown.label')} value={shown} onChange={setShown} options={SHOWN.map((value) => ({ value, label: t(`shown.${value}`) }))} style={{ alignSelf: 'flex-start' }} />
        <section className="card">
          <Asked query={query}>
            {(cases) =>
              cases.length === 0 ? (
                <Empty title={t('none')} hint={t('noneHint')} {...(mayOpen && { action: { label: t('open'), onClick: () => setOpening(true) } })} />
              ) : (
                <ul className="case-list">
                  {[...cases].reverse().map((one) => (
                    <li key={one.id}>
                      <Link to={`/cases/${one.id}`}>
                        <strong>{t(`flow.${one.flow.split('.')[0]}`, { defaultValue: one.flow })}</strong>
                        <span className="soft small mono">{one.subject}</span>
                      </Link>
                      <Tag mood={one.ended ? 'calm' : 'info'}>{t(`state.${one.flow.split('.')[0]}.${one.state}`, { defaultValue: one.state })}</Tag>
                      <span className="small soft">{one.due === null ? t('changed', { when: format.relative(one.changed) }) : t('due', { when: format.relative(one.due) })}</span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Asked>
        </section>
      </div>
      <OpenClaim open={opening} about={about ?? ''} onClose={() => setOpening(false)} />
    </Page>
  );
}
