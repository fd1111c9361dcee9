import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { reasonOf } from './read';

/** Names of features and reasons in the reader's language; a feature that the page does not know keeps its own name. */
export function useWords() {
  const { t } = useTranslation('models');
  const format = useFormat();
  const feature = (name: string): string => t(`feature.${name}`, { defaultValue: name, nsSeparator: false });
  const reason = (text: string): string => {
    const { word, about } = reasonOf(text);
    const told = word === 'expired' ? format.date(about) : /^\d+$/.test(about) ? format.number(about) : feature(about);
    return t(`reason.${word}`, { about: told, defaultValue: text, nsSeparator: false });
  };
  return { feature, reason };
}
