import { expect, it } from 'vitest';
import { portOf, startPageServer } from './page-server.ts';

it.each(['', 'gallery/'])(
  'the server of the sources sends the page at /%s and its compiled script',
  async (path) => {
    const server = await startPageServer(0);
    try {
      const address = new URL(path, `http://127.0.0.1:${portOf(server)}/`);
      const page = await (await fetch(address)).text();
      const script = /<script type="module" src="([^"]*main\.tsx)">/.exec(page)?.[1];
      expect(script).toBeDefined();
      const compiled = await (await fetch(new URL(script ?? '', address))).text();
      expect(compiled).toContain('createRoot');
      expect(compiled).not.toContain('<div');
    } finally {
      await server.close();
    }
  },
);
