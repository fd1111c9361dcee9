import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { VitePWA } from 'vite-plugin-pwa';

/** Vendor code by how often it changes and who needs it: a view's own libraries are no part of the first load. */
const groups = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\// },
  { name: 'i18n', test: /node_modules\/(i18next|react-i18next)\// },
  { name: 'charts', test: /node_modules\/(echarts|zrender)\// },
  { name: 'crypto', test: /node_modules\/@noble\// },
];

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      registerType: 'prompt',
      manifest: {
        name: 'Credence',
        short_name: 'Credence',
        description: 'Supplier quality credit, with its proof',
        start_url: '/',
        display: 'standalone',
        background_color: '#f7f6f1',
        theme_color: '#0b4f43',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png,woff2}'],
        maximumFileSizeToCacheInBytes: 4_000_000,
        navigateFallback: '/index.html',
        // The API is never answered from a cache of the browser: what is old is shown as old, by the page itself.
        navigateFallbackDenylist: [/^\/v1\//, /^\/(healthz|readyz|metrics)$/],
      },
    }),
  ],
  build: {
    target: 'es2023',
    sourcemap: false,
    rolldownOptions: { output: { codeSplitting: { groups } } },
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: { '/v1': { target: process.env['CREDENCE_NODE'] ?? 'http://127.0.0.1:8420', changeOrigin: false } },
  },
  // Logic needs no page; tests of components say so in their first line (`@vitest-environment jsdom`).
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'], setupFiles: ['src/testing/setup.ts'] },
});
