import tseslint from 'typescript-eslint';

/** One import rule a room: architecture.md's direction, `core` <- {`editor`, `mcp`, `cli`} <- entry points. */
const forbid = (files, patterns) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
  },
});

const editorApi = ['^vscode$', 'Only src/editor may know the editor, not even by its types.'];
const docker = ['^(dockerode|docker-modem)', 'Only src/core/engine knows Docker’s raw shapes.'];
const faces = ['(^|/)(editor|cli|mcp)/', 'core stands below the three faces.'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'examples/', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 400 }],
    },
  },
  forbid(['src/core/**'], [editorApi, docker, faces]),
  forbid(['src/core/engine/**'], [editorApi, faces]),
  forbid(['src/cli/**'], [editorApi, docker, ['/(editor|mcp)/', 'The faces never import each other.']]),
  forbid(['src/mcp/**'], [editorApi, docker, ['/(editor|cli)/', 'The faces never import each other.']]),
  forbid(['src/editor/**'], [docker, ['/(mcp|cli)/', 'The faces never import each other.']]),
  forbid(['src/protocol/**'], [['.', 'protocol imports nothing.']]),
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
