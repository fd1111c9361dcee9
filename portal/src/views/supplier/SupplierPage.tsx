import { Tabs } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Actions } from './Actions';
import { Changes } from './Changes';
import { Gate } from './Gate';
import { Hero } from './Hero';
import { Peers } from './Peers';
import { useExplanation, useMember } from './queries';
import { Waterfall } from './Waterfall';
import { Section } from '../../ui/Section';
import { WhatIf } from './WhatIf';
import './supplier.css';

const Capability = lazy(() => import('./Capability'));
const Evidence = lazy(() => import('./Evidence'));
const Proof = lazy(() => import('./Proof'));
const TABS = ['score', 'what-if', 'capability', 'evidence', 'proof'] as const;
type Tab = (typeof TABS)[number];

export default function SupplierPage() {
  const { t } = useTranslation('supplier');
  const lei = useParams()['lei'] ?? '';
  const [search, setSearch] = useSearchParams();
  const asked = search.get('tab');
  const tab: Tab = TABS.find((one) => one === asked) ?? 'score';
  const member = useMember(lei);
  const score = useExplanation(lei);

  if (member.data === null) {
    return (
      <Page title={lei}>
        <div className="card">
          <Empty title={t('stranger')} hint={t('strangerHint')} action={{ label: t('strangerTo'), to: '/suppliers' }} />
        </div>
      </Page>
    );
  }

  const panel = (which: Tab) => {
    switch (which) {
      case 'score':
        return (
          <Asked query={score} rows={10}>
            {(found) => (
              <div className="grid two">
                <Section title={t('waterfall.title')} help={<p>{t('waterfall.help')}</p>}>
                  <Waterfall score={found} />
                </Section>
                <div className="stack">
                  <Gate lei={lei} score={found} />
                  <Changes lei={lei} />
                  <Peers lei={lei} />
                </div>
              </div>
            )}
          </Asked>
        );
      case 'what-if':
        return <Asked query={score}>{(found) => <WhatIf lei={lei} score={found} />}</Asked>;
      case 'capability':
        return <Capability lei={lei} />;
      case 'evidence':
        return <Evidence lei={lei} />;
      case 'proof':
        return <Proof lei={lei} />;
    }
  };

  return (
    <Page title={member.data?.name ?? lei} lead={<Digest value={lei} length={20} />} actions={<Actions lei={lei} name={member.data?.name ?? lei} score={score.data} />}>
      <div className="stack">
        <Asked query={score} rows={3}>
          {(found) => <Hero lei={lei} score={found} />}
        </Asked>
        <Tabs
          activeKey={tab}
          onChange={(key) => setSearch(key === 'score' ? {} : { tab: key }, { replace: true })}
          destroyOnHidden
          items={TABS.map((key) => ({ key, label: t(`tab.${key}`), children: <Suspense fallback={<Loading />}>{panel(key)}</Suspense> }))}
        />
      </div>
    </Page>
  );
}
