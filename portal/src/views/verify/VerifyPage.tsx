import { QrcodeOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Button, Input, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropFile } from '../../ui/DropFile';
import { Failure } from '../../ui/Failure';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { useDraft } from '../../ui/useDraft';
import { useWatchList, watchedOf } from '../watch/list';
import { Report } from './Report';
import { ScanDialog } from './ScanDialog';
import { MOST_BYTES, useJudge } from './judge';

/** The one thing of a bank: a credential checked in the page itself, without asking anybody to say yes. */
export default function VerifyPage() {
  const { t } = useTranslation('verify');
  const [draft, setDraft, forget] = useDraft('verify', '');
  const [scanning, setScanning] = useState(false);
  const { judged, busy, error, start, clear } = useJudge();
  const { list, add } = useWatchList();
  const entry = judged === null ? null : watchedOf(judged);
  const again = (): void => {
    forget();
    clear();
  };
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={judged !== null && <Button onClick={again}>{t('another')}</Button>}
    >
      <div className="stack">
        {judged === null && (
          <div className="grid two">
            <Section title={t('bring')} help={<p>{t('bringHelp')}</p>}>
              <div className="stack">
                <DropFile
                  label={t('drop')}
                  hint={t('dropHint')}
                  tooLarge={t('tooLarge')}
                  most={MOST_BYTES}
                  onFile={(file) => void file.text().then(start)}
                />
                <div className="row">
                  <Button icon={<QrcodeOutlined />} onClick={() => setScanning(true)}>
                    {t('scan.open')}
                  </Button>
                </div>
                <form
                  className="stack tight"
                  onSubmit={(event) => {
                    event.preventDefault();
                    start(draft);
                  }}
                >
                  <label htmlFor="verify-text">{t('paste')}</label>
                  <Input.TextArea
                    id="verify-text"
                    className="mono"
                    autoSize={{ minRows: 3, maxRows: 8 }}
                    spellCheck={false}
                    value={draft}
                    placeholder="0x…"
                    onChange={(event) => setDraft(event.target.value)}
                  />
                  <div className="row">
                    <Button type="primary" htmlType="submit" icon={<SafetyCertificateOutlined />} disabled={draft.trim() === ''} loading={busy}>
                      {t('check')}
                    </Button>
                  </div>
                </form>
              </div>
            </Section>
            <Section title={t('how')}>
              <ol className="soft" style={{ margin: 0, paddingInlineStart: 20 }}>
                {['1', '2', '3', '4'].map((step) => (
                  <li key={step} style={{ marginBottom: 8 }}>
                    {t(`step.${step}`)}
                  </li>
                ))}
              </ol>
            </Section>
          </div>
        )}
        {busy && (
          <div className="row" role="status">
            <Spin /> {t('checking')}
          </div>
        )}
        {error !== null && <Failure error={error} onRetry={() => start(draft)} />}
        {judged !== null && (
          <Report
            judged={judged}
            watched={entry !== null && list.some((one) => one.uid === entry.uid)}
            onWatch={() => entry !== null && add(entry)}
          />
        )}
      </div>
      {scanning && (
        <ScanDialog
          onClose={() => setScanning(false)}
          onFound={(text) => {
            setScanning(false);
            start(text);
          }}
        />
      )}
    </Page>
  );
}
