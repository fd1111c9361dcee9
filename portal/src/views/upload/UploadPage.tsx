import { CameraOutlined, InboxOutlined } from '@ant-design/icons';
import { Button, Input, Upload } from 'antd';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useNode } from '../../app/useNode';
import { useMay } from '../../app/useSession';
import { Help } from '../../ui/Help';
import { Page } from '../../ui/Page';
import { useDraft } from '../../ui/useDraft';
import { desk } from './desk';
import { batchesOf } from './detect';
import { Files } from './Files';
import { Photos } from './Photos';
import { Reports } from './Reports';
import './upload.css';

const SUBJECT = /^[A-Z0-9]{18}[0-9]{2}(\/[A-Z0-9-]{1,20})?$/;

/** Evidence comes in: dropped, chosen, or photographed; looked at before it travels; followed to its end. */
export default function UploadPage() {
  const { t } = useTranslation('upload');
  const node = useNode().data;
  const { chosen, uploads } = useSyncExternalStore(desk.subscribe, desk.read);
  const [typed, setTyped, forget] = useDraft('upload-subject', '');
  const [photos, setPhotos] = useState<readonly File[]>([]);
  const camera = useRef<HTMLInputElement>(null);
  const mayAttach = useMay('attachments:write');
  useEffect(() => desk.resume(), []);
  const own = node?.roles.includes('supplier') === true ? node.lei : '';
  const subject = (typed === '' ? own : typed).trim().toUpperCase();
  const wrong = subject !== '' && !SUBJECT.test(subject);
  const ready = batchesOf(chosen).reduce((sum, { files }) => sum + files.length, 0);

  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="stack">
        <section className="card">
          <label className="upload-subject">
            <span className="row tight">
              {t('subject')} <Help about={t('subject')}>{t('subjectHelp')}</Help>
            </span>
            <Input value={typed} maxLength={41} placeholder={own === '' ? t('subjectHint') : own} status={wrong ? 'error' : ''} aria-invalid={wrong} onChange={(event) => setTyped(event.target.value)} />
            {wrong && <span role="alert" className="error-text small">{t('subjectWrong')}</span>}
          </label>
          <Upload.Dragger multiple showUploadList={false} beforeUpload={(file) => { void desk.add([file]); return false; }} className="upload-drop">
            <p className="upload-icon"><InboxOutlined /></p>
            <p className="upload-title">{t('drop')}</p>
            <p className="soft small">{t('formats')}</p>
          </Upload.Dragger>
          {mayAttach && (
            <>
              <Button block size="large" icon={<CameraOutlined />} className="upload-camera" onClick={() => camera.current?.click()}>
                {t('camera')}
              </Button>
              <input
                ref={camera}
                type="file"
                accept="image/*"
                capture="environment"
                multiple
                hidden
                aria-label={t('camera')}
                onChange={(event) => {
                  setPhotos([...photos, ...(event.target.files ?? [])]);
                  event.target.value = '';
                }}
              />
            </>
          )}
          <Files files={chosen} />
          {chosen.length > 0 && (
            <div className="row apart upload-send">
              <Button onClick={() => desk.clear()}>{t('clear')}</Button>
              <Button
                type="primary"
                size="large"
                disabled={ready === 0 || subject === '' || wrong}
                onClick={() => {
                  desk.send(subject);
                  forget();
                }}
              >
                {t('send', { count: ready })}
              </Button>
            </div>
          )}
        </section>
        <Photos files={photos} onDone={(file) => setPhotos(photos.filter((one) => one !== file))} />
        <Reports uploads={uploads} />
      </div>
    </Page>
  );
}
