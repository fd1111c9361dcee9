import { Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { DropFile } from '../../ui/DropFile';
import type { Intake } from './intake';
import '../causes/causes.css';

const MOST = 1024 * 1024;

interface Props {
  readonly form: Intake;
  readonly file: File | null;
  readonly onFile: (file: File) => void;
  readonly onChange: (part: Partial<Intake>) => void;
}

/** A weight file that somebody brings; with its run's full name its round is looked up on chain, else it is believed. */
export function FromFile({ form, file, onFile, onChange }: Props) {
  const { t } = useTranslation('models');
  return (
    <>
      <div className="compact-drop">
        <DropFile label={file?.name ?? t('add.drop')} hint={t('add.dropHint')} tooLarge={t('add.tooLarge')} most={MOST} accept=".json,application/json" onFile={onFile} />
      </div>
      <label className="field">
        <span>{t('add.round')}</span>
        <Input className="mono" maxLength={66} value={form.round} onChange={(event) => onChange({ round: event.target.value.toLowerCase() })} />
      </label>
      <label className="field">
        <span>{t('add.origin')}</span>
        <Input className="mono" maxLength={66} value={form.origin} onChange={(event) => onChange({ origin: event.target.value.toLowerCase() })} />
        <span className="soft small">{t('add.originHint')}</span>
      </label>
      <div className="row">
        <label className="field">
          <span>{t('parties')}</span>
          <InputNumber<number> min={1} max={1_000_000} value={form.parties} onChange={(parties) => onChange({ parties })} />
        </label>
        <label className="field">
          <span>{t('epsilon')}</span>
          <Input inputMode="decimal" maxLength={24} value={form.epsilon} placeholder={t('add.optional')} onChange={(event) => onChange({ epsilon: event.target.value })} style={{ width: 140 }} />
        </label>
      </div>
    </>
  );
}
