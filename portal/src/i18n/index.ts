/** Chinese and English, switched without reload; one file a view and language, loaded when the view is. */
import i18next from 'i18next';
import type { BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'credence/language';
type Texts = Record<string, unknown>;
const files = import.meta.glob<Texts>('../locales/*/*.json', { import: 'default' });

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = files[`../locales/${language}/${namespace}.json`];
    if (load === undefined) return done(new Error(`no ${namespace} in ${language}`), null);
    load().then(
      (texts) => done(null, texts),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), null),
    );
  },
};

/** What was chosen before, else what the browser asks for, else English. */
export function preferred(stored: string | null, asked: readonly string[]): Language {
  const wanted = [stored ?? '', ...asked].map((tag) => tag.slice(0, 2).toLowerCase());
  return LANGUAGES.find((language) => language === wanted.find((tag) => LANGUAGES.some((one) => one === tag))) ?? 'en';
}

export async function startTexts(): Promise<void> {
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferred(localStorage.getItem(KEY), navigator.languages),
      supportedLngs: LANGUAGES,
      load: 'languageOnly',
      ns: ['common', 'shell'],
      defaultNS: 'common',
      fallbackLng: false,
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
  mark();
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await i18next.changeLanguage(language);
  mark();
}

function mark(): void {
  document.documentElement.lang = i18next.language === 'zh' ? 'zh-CN' : 'en';
}
