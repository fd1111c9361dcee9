import { PrinterOutlined } from '@ant-design/icons';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropFile } from '../../ui/DropFile';
import { Failure } from '../../ui/Failure';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { useDraft } from '../../ui/useDraft';
import type { Network } from '../../verify/network';
import { MAX_BUNDLE_BYTES } from '../../verify/bundle';
import { ProofReport } from './ProofReport';
import { blocksIn, prove, readNetwork } from './prove';
import type { Proved } from './prove';
import './audit.css';

const bytes = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** That a record existed then, and was not changed since: checked in the page, part by part. */
export default function ProofPage() {
  const { t } = useTranslation('audit');
  const [typed, setTyped] = useDraft('audit-blocks', '');
  const [network, setNetwork] = useState<Network | string | null>(null);
  const [proved, setProved] = useState<Proved | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { blocks, wrong } = blocksIn(typed);
  const check = async (file: File): Promise<void> => {
    setError(null);
    const found = await prove(file.name, await bytes(file), { blocks, network: typeof network === 'string' ? null : network });
    setProved(found);
    window.scrollTo({ top: 0 });
  };
  return (
    <Page
      title={t('proof.title')}
      lead={t('proof.lead')}
      actions={
        proved !== null && (
          <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
            {t('print')}
          </Button>
        )
      }
    >
      <div className="stack">
        {proved !== null && <ProofReport proved={proved} />}
        <div className="grid two no-print">
          <Section title={t(proved === null ? 'proof.file' : 'proof.next')} help={<p>{t('proof.fileHelp')}</p>}>
            <DropFile
              label={t('proof.drop')}
              hint={t('proof.dropHint')}
              tooLarge={t('proof.tooLarge')}
              most={MAX_BUNDLE_BYTES}
              onFile={(file) => void check(file).catch((reason: unknown) => setError(reason))}
            />
          </Section>
          <Section title={t('trust.title')} help={<p>{t('trust.help')}</p>}>
            <div className="stack tight">
              <label htmlFor="audit-blocks">{t('trust.blocks')}</label>
              <Input.TextArea
                id="audit-blocks"
                className="mono"
                autoSize={{ minRows: 2, maxRows: 6 }}
                spellCheck={false}
                placeholder="0x…"
                status={wrong.length > 0 ? 'error' : ''}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
              {wrong.length > 0 && (
                <span className="small" role="alert">
                  {t('trust.wrong', { word: wrong[0] })}
                </span>
              )}
              <span className="soft small">{t('trust.else')}</span>
              <DropFile
                label={network === null ? t('trust.network') : typeof network === 'string' ? t('trust.noNetwork') : t('trust.pinned', { name: network.name })}
                hint={typeof network === 'string' ? network : t('trust.networkHint')}
                tooLarge={t('trust.networkLarge')}
                most={65_536}
                onFile={(file) => void bytes(file).then((data) => setNetwork(readNetwork(data)))}
              />
            </div>
          </Section>
        </div>
        {error !== null && <Failure error={error} />}
        {proved === null && error === null && <Alert type="info" showIcon title={t('proof.waiting')} />}
      </div>
    </Page>
  );
}
