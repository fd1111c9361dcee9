import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist', 'src/api/schema.d.ts'] },
  ...ts.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Text is text: no HTML from data.' },
      ],
      'no-restricted-imports': ['error', { paths: [{ name: 'antd', importNames: ['Select', 'AutoComplete', 'TreeSelect', 'Cascader'], message: 'Its list would have no name: use ui/Select.' }] }],
      'no-restricted-globals': ['error', { name: 'alert', message: 'Use the app messages.' }],
      'no-console': 'error',
      'max-lines': ['error', { max: 300 }],
    },
  },
  { files: ['src/ui/Select.tsx'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['src/**/*.tsx'], rules: { 'max-lines': ['error', { max: 200 }] } },
);
