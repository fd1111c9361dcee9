/** The real texts, for tests of components; no loading. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

const files = import.meta.glob<Record<string, unknown>>('../locales/*/*.json', { import: 'default', eager: true });

export async function realTexts(language: 'en' | 'zh'): Promise<void> {
  const resources: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [path, texts] of Object.entries(files)) {
    const [, lng = '', view = ''] = /locales\/(\w+)\/([\w-]+)\.json$/.exec(path) ?? [];
    (resources[lng] ??= {})[view] = texts;
  }
  await i18next.use(initReactI18next).init({ lng: language, resources, defaultNS: 'common', fallbackLng: false, interpolation: { escapeValue: false } });
}

/** What antd asks of a browser and jsdom does not have. */
export function browserParts(): void {
  globalThis.matchMedia ??= ((query: string) => ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined })) as unknown as typeof matchMedia;
  globalThis.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
}
