import { CloudDownloadOutlined, CloudUploadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { all, api, take } from '../../api/client';
import { useNode } from '../../app/useNode';
import { useMay } from '../../app/useSession';
import { Asked } from '../../ui/Asked';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Changes } from '../supplier/Changes';
import { Gate } from '../supplier/Gate';
import { Hero } from '../supplier/Hero';
import { useExplanation } from '../supplier/queries';
import { Waterfall } from '../supplier/Waterfall';
import { WhatIf } from '../supplier/WhatIf';
import { Improve } from './Improve';
import '../supplier/supplier.css';
import './own.css';

/** Members who may have stated something about us. */
async function fetchAbout(lei: string): Promise<{ readonly added: number; readonly failed: readonly string[] }> {
  const members = await all((cursor) => take(api.GET('/v1/members', { params: { query: { limit: 500, ...(cursor && { cursor }) } } })));
  const others = members.filter((one) => one.active && one.lei !== lei && one.roles.some((role) => role !== 'supplier'));
  let added = 0;
  const failed: string[] = [];
  for (const other of others) {
    try {
      added += (await take(api.POST('/v1/members/{lei}/fetch', { params: { path: { lei: other.lei } }, body: { subject: lei } }))).added;
    } catch {
      failed.push(other.name);
    }
  }
  return { added, failed };
}

export default function OwnScorePage() {
  const { t } = useTranslation('own');
  const node = useNode();
  return <Asked query={node}>{(found) => (found.roles.includes('supplier') || found.roles.length === 0 ? <Own lei={found.lei} name={found.name} /> : <NoSupplier title={t('title')} />)}</Asked>;
}

function NoSupplier({ title }: { readonly title: string }) {
  const { t } = useTranslation('own');
  return (
    <Page title={title}>
      <Alert type="info" showIcon title={t('noSupplier')} description={t('noSupplierHint')} />
    </Page>
  );
}

function Own({ lei, name }: { readonly lei: string; readonly name: string }) {
  const { t } = useTranslation('own');
  const { message } = App.useApp();
  const go = useNavigate();
  const queries = useQueryClient();
  const score = useExplanation(lei);
  const mayFetch = useMay('exchange:fetch');
  const fetching = useMutation({
    mutationFn: () => fetchAbout(lei),
    onSuccess: async ({ added, failed }) => {
      if (failed.length > 0) void message.warning(t('fetchedPartly', { count: added, names: failed.join(', ') }));
      else void message.success(t('fetched', { count: added }));
      await queries.invalidateQueries();
    },
  });
  return (
    <Page
      title={t('title')}
      lead={t('lead', { name })}
      actions={
        <>
          {mayFetch && (
            <Button icon={<CloudDownloadOutlined />} loading={fetching.isPending} onClick={() => fetching.mutate()}>
              {t('fetch')}
            </Button>
          )}
          <Button type="primary" icon={<CloudUploadOutlined />} onClick={() => void go('/upload')}>
            {t('upload')}
          </Button>
        </>
      }
    >
      <Asked query={score} rows={10}>
        {(found) => (
          <div className="stack">
            {found.state === 'not-rated' && mayFetch && (
              <Alert type="info" showIcon title={t('incomplete')} description={t('incompleteHint')} />
            )}
            <Hero lei={lei} score={found} />
            <div className="grid two">
              <Improve lei={lei} score={found} />
              <Gate lei={lei} score={found} />
            </div>
            <div className="grid two">
              <Section title={t('parts')} help={<p>{t('partsHelp')}</p>}>
                <Waterfall score={found} />
              </Section>
              <Changes lei={lei} />
            </div>
            <WhatIf lei={lei} score={found} />
          </div>
        )}
      </Asked>
    </Page>
  );
}
