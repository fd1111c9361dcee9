import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/newsreader/wght.css';
import 'antd/dist/reset.css';
import './theme/global.css';
import './app/shell.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { session } from './api/session';
import { startTexts } from './i18n';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

// Both at once: the texts of the first screen, and who is signed in. Without network the page still opens.
await Promise.all([startTexts(), session.resume().catch(() => undefined)]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
