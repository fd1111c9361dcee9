import { useQuery } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api, sleep, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { session } from '../../api/session';
import { post, upload } from '../../api/uploads';
import { Digest } from '../../ui/Digest';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';

interface Props {
  readonly files: readonly File[];
  readonly onDone: (file: File) => void;
}

type Kept = Schemas['AttachmentView'];

/** Photos become attachments: encrypted to those who may read them, named by what they are. */
export function Photos({ files, onDone }: Props) {
  const { t } = useTranslation('upload');
  const [kept, setKept] = useState<readonly { readonly name: string; readonly view: Kept }[]>([]);
  const [readers, setReaders] = useState<readonly string[]>([]);
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => all((cursor) => take(api.GET('/v1/members', { params: { query: { limit: 500, ...(cursor && { cursor }) } } }))),
    enabled: files.length > 0,
  });
  if (files.length === 0 && kept.length === 0) return null;
  return (
    <Section title={t('photos')} help={<p>{t('photosHelp')}</p>}>
      <div className="stack">
        {files.length > 0 && (
          <label className="upload-subject">
            {t('readers')}
            <Select label={t('readers')} mode="multiple" value={[...readers]} onChange={setReaders} placeholder={t('readersHint')} options={(members.data ?? []).map(({ lei, name }) => ({ value: lei, label: name }))} optionFilterProp="label" />
          </label>
        )}
        {files.map((file, n) => (
          <Photo key={`${file.name}${file.lastModified}${n}`} file={file} readers={readers} onKept={(view) => { setKept([...kept, { name: file.name, view }]); onDone(file); }} onDrop={() => onDone(file)} />
        ))}
        {kept.map(({ name, view }) => (
          <div key={view.cid} className="row apart">
            <span>{name}</span>
            <Digest value={view.cid} length={12} />
          </div>
        ))}
        {kept.length > 0 && <p className="soft small">{t('cidHint')}</p>}
      </div>
    </Section>
  );
}

interface PhotoProps {
  readonly file: File;
  readonly readers: readonly string[];
  readonly onKept: (view: Kept) => void;
  readonly onDrop: () => void;
}

function Photo({ file, readers, onKept, onDrop }: PhotoProps) {
  const { t } = useTranslation('upload');
  const [picture, setPicture] = useState('');
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const url = URL.createObjectURL(file);
    setPicture(url);
    return () => URL.revokeObjectURL(url);
  }, [file]);
  const send = async (): Promise<void> => {
    setError(null);
    const form = new FormData();
    form.append('file', file, file.name);
    for (const reader of readers) form.append('reader', reader);
    try {
      onKept((await upload('/v1/attachments', form, crypto.randomUUID(), { session, post, sleep }, (progress) => setSent(progress.sent))) as Kept);
    } catch (failure) {
      setError(failure);
      setSent(null);
    }
  };
  return (
    <div className="photo">
      <img src={picture} alt={t('photoOf', { name: file.name })} />
      <div className="stack tight">
        <strong>{file.name}</strong>
        {sent !== null && <Progress percent={Math.round(sent * 100)} aria-label={file.name} />}
        {error !== null && <Failure error={error} />}
        <div className="row tight">
          <Button type="primary" loading={sent !== null} onClick={() => void send()}>
            {t('keep')}
          </Button>
          <Button onClick={onDrop} disabled={sent !== null}>
            {t('discard')}
          </Button>
        </div>
      </div>
    </div>
  );
}
