import { DownloadOutlined, ReloadOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, file, take } from '../../api/client';
import { ApiError } from '../../api/problem';
import { useMay } from '../../app/useSession';
import { save } from '../../ui/save';
import { scoreCsv } from './exports';
import { useKeptScore } from './queries';
import type { Explanation } from './queries';

interface Props {
  readonly lei: string;
  readonly name: string;
  readonly score: Explanation | undefined;
}

/** Fetch and compute anew, attest, take along. */
export function Actions({ lei, name, score }: Props) {
  const { t } = useTranslation('supplier');
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const kept = useKeptScore(lei).data ?? null;
  const mayFetch = useMay('exchange:fetch');
  const mayCompute = useMay('scores:compute');
  const mayAttest = useMay('scores:attest');
  const path = { path: { lei } };
  const failed = (error: unknown): void => {
    modal.error({ title: t('actions.failed'), content: error instanceof ApiError ? [error.message, error.advice].filter(Boolean).join(' ') : String(error) });
  };
  const done = (key: string) => async (): Promise<void> => {
    void message.success(t(key));
    await queries.invalidateQueries();
  };
  const renew = useMutation({
    mutationFn: async () => {
      if (mayFetch) await take(api.POST('/v1/members/{lei}/fetch', { params: path, body: { subject: lei } }));
      return take(api.POST('/v1/suppliers/{lei}/score', { params: path }));
    },
    onSuccess: done('actions.renewed'),
    onError: failed,
  });
  const attest = useMutation({
    mutationFn: () => take(api.POST('/v1/suppliers/{lei}/score/attestation', { params: path })),
    onSuccess: done('actions.attested'),
    onError: failed,
  });
  const download = async (what: 'bundle' | 'credential', ending: string): Promise<void> => {
    try {
      save(await file(`/v1/suppliers/${lei}/score/${what}`), `${lei}.${ending}`);
    } catch (error) {
      failed(error);
    }
  };
  const take_ = (key: string): void => {
    if (key === 'csv' && score !== undefined) save(scoreCsv(lei, name, score, t), `${lei}.csv`, 'text/csv;charset=utf-8');
    else if (key === 'pdf') window.print();
    else if (key === 'bundle') void download('bundle', 'score-bundle.json');
    else if (key === 'credential') void download('credential', 'credential.sd-jwt');
  };
  return (
    <>
      {mayCompute && (
        <Button icon={<ReloadOutlined />} loading={renew.isPending} onClick={() => renew.mutate()}>
          {t('actions.renew')}
        </Button>
      )}
      {mayAttest && (
        <Button icon={<SafetyCertificateOutlined />} loading={attest.isPending} onClick={() => attest.mutate()}>
          {t('actions.attest')}
        </Button>
      )}
      <Dropdown
        trigger={['click']}
        menu={{
          onClick: ({ key }) => take_(key),
          items: [
            { key: 'pdf', label: t('actions.pdf') },
            { key: 'csv', label: t('actions.csv'), disabled: score === undefined },
            { key: 'bundle', label: t('actions.bundle'), disabled: kept === null },
            { key: 'credential', label: t('actions.credential'), disabled: kept?.credential !== true },
          ],
        }}
      >
        <Button type="primary" icon={<DownloadOutlined />}>
          {t('actions.export')}
        </Button>
      </Dropdown>
    </>
  );
}
