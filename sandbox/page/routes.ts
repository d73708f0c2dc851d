import type { RouteHandler } from '../slack/http.ts';
import type { Page } from './build.ts';

/** The page's files as routes of the local workspace, whose origin it must share. */
export function makePageRoutes(page: Page): Map<string, RouteHandler> {
  return new Map(
    [...page.files].map(([path, file]): [string, RouteHandler] => [
      `GET ${path}`,
      (_request, response) => {
        response.writeHead(200, {
          ...page.headers,
          'content-type': file.type,
          'content-length': file.body.length,
        });
        response.end(file.body);
      },
    ]),
  );
}
