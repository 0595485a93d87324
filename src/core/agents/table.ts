/** What is known of one AI command line, or of a tool that they use. */
export interface AgentTool {
  /** Its package in npm's registry; left out where the distribution has it, see `system`. */
  readonly npm?: string;
  /** Its package in Debian's and Ubuntu's, Alpine's, and Fedora's own registries. */
  readonly system?: { readonly apt: string; readonly apk: string; readonly dnf: string };
  /** The program that it is called by. */
  readonly program: string;
  /** The lowest major version of Node.js that it runs on, as its own package says; left out where it needs none. */
  readonly node?: number;
  /** Folders below the home folder with its settings, sessions and sign-in. */
  readonly state: readonly string[];
  /** Variables that it takes a key or token from, the usual one first: names for `spec.secrets`. */
  readonly keys: readonly string[];
  /** Variables it is given; `~` stands for the home folder. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its maker explains it. */
  readonly docs: string;
}

/** The one table of known ones: the names that `spec.agents` takes. */
export const agentTools = {
  claude: {
    npm: '@anthropic-ai/claude-code',
    program: 'claude',
    node: 22,
    state: ['~/.claude'],
    keys: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN'],
    environment: {
      // It would keep ~/.claude.json beside its folder, and a single file cannot be kept.
      CLAUDE_CONFIG_DIR: '~/.claude',
      // The image decides its version, and only root may write there.
      DISABLE_AUTOUPDATER: '1',
    },
    docs: 'https://docs.anthropic.com/en/docs/claude-code',
  },
  codex: {
    npm: '@openai/codex',
    program: 'codex',
    node: 16,
    state: ['~/.codex'],
    keys: ['OPENAI_API_KEY'],
    docs: 'https://developers.openai.com/codex/cli',
  },
  copilot: {
    npm: '@github/copilot',
    program: 'copilot',
    node: 22,
    state: ['~/.copilot'],
    keys: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'],
    docs: 'https://docs.github.com/en/copilot/concepts/agents/about-copilot-cli',
  },
  gemini: {
    npm: '@google/gemini-cli',
    program: 'gemini',
    node: 20,
    state: ['~/.gemini'],
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    docs: 'https://geminicli.com/docs',
  },
  opencode: {
    npm: 'opencode-ai',
    program: 'opencode',
    node: 18,
    state: ['~/.config/opencode', '~/.local/share/opencode'],
    keys: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    docs: 'https://opencode.ai/docs',
  },
  qwen: {
    npm: '@qwen-code/qwen-code',
    program: 'qwen',
    node: 22,
    state: ['~/.qwen'],
    keys: ['OPENAI_API_KEY', 'DASHSCOPE_API_KEY'],
    docs: 'https://github.com/QwenLM/qwen-code',
  },
  gh: {
    system: { apt: 'gh', apk: 'github-cli', dnf: 'gh' },
    program: 'gh',
    state: ['~/.config/gh'],
    keys: ['GH_TOKEN', 'GITHUB_TOKEN'],
    docs: 'https://cli.github.com/manual',
  },
} as const satisfies Readonly<Record<string, AgentTool>>;

export type AgentName = keyof typeof agentTools;

/** In the table's order, which is the order of telling. */
export const agentNames = Object.keys(agentTools) as [AgentName, ...AgentName[]];

/** A tool by its name. Pure. */
export function agentTool(name: AgentName): AgentTool {
  return agentTools[name];
}
