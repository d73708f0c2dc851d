import { fileAddress } from '../wire/calls.ts';
import type { FileEntry } from '../wire/types.ts';
import { sizeText } from '../texts/sizes.ts';

export function FileList({ files }: { files: readonly FileEntry[] }) {
  return (
    <ul className="files" aria-label="Files">
      {files.map((file) => (
        <li key={file.id}>
          <a className="file" href={fileAddress(file.id)} download={file.name}>
            <span className="file-kind" aria-hidden="true">
              {kindOf(file.name)}
            </span>
            <span className="file-words">
              <span className="file-title">{file.title ?? file.name}</span>
              <span className="file-facts">
                {file.title !== undefined &&
                  file.title !== null &&
                  file.title !== file.name &&
                  `${file.name} · `}
                {file.size !== undefined && `${sizeText(file.size)} · `}
                Download
              </span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function kindOf(name: string): string {
  const ending = /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1];
  return (ending ?? 'file').toUpperCase();
}
