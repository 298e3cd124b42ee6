/* global Redoc */
const font = 'system-ui, sans-serif';
const code = { fontFamily: 'ui-monospace, monospace' };

Redoc.init(
  'openapi.json',
  {
    scrollYOffset: 'nav',
    theme: { typography: { fontFamily: font, headings: { fontFamily: font }, code } },
  },
  document.getElementById('page'),
);
