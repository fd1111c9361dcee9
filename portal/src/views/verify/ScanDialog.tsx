import { Alert, Modal, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropFile } from '../../ui/DropFile';

interface Props {
  readonly onFound: (text: string) => void;
  readonly onClose: () => void;
}

const MOST_PICTURE = 20_000_000;

/** The camera, and a picture instead for whoever has none. */
export function ScanDialog({ onFound, onClose }: Props) {
  const { t } = useTranslation('verify');
  const video = useRef<HTMLVideoElement>(null);
  const [camera, setCamera] = useState<'asking' | 'on' | 'none'>('asking');
  const [nothing, setNothing] = useState(false);
  const found = useRef(onFound);
  useEffect(() => {
    found.current = onFound;
  }, [onFound]);
  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    const screen = video.current;
    if (screen === null) return undefined;
    import('./scan')
      .then(({ watchCamera }) => watchCamera(screen, (text) => found.current(text)))
      .then(
        (end) => {
          stop = end;
          if (gone) end();
          else setCamera('on');
        },
        () => setCamera('none'),
      );
    return () => {
      gone = true;
      stop?.();
    };
  }, []);
  const picture = (file: File): void => {
    setNothing(false);
    import('./scan')
      .then(async ({ codeIn }) => codeIn(await createImageBitmap(file)))
      .then((text) => (text === null ? setNothing(true) : onFound(text)), () => setNothing(true));
  };
  return (
    <Modal open title={t('scan.title')} onCancel={onClose} footer={null} destroyOnHidden>
      <div className="stack">
        {camera === 'none' ? (
          <Alert type="info" showIcon title={t('scan.noCamera')} />
        ) : (
          <Spin spinning={camera === 'asking'}>
            <video ref={video} muted playsInline aria-label={t('scan.camera')} style={{ width: '100%', minHeight: 180, background: '#17211d', borderRadius: 12 }} />
          </Spin>
        )}
        {nothing && <Alert type="warning" showIcon title={t('scan.nothing')} />}
        <DropFile label={t('scan.picture')} hint={t('scan.pictureHint')} tooLarge={t('tooLarge')} most={MOST_PICTURE} accept="image/*" onFile={picture} />
      </div>
    </Modal>
  );
}
