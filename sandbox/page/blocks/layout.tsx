import type { AlertBlock, ContextBlock, HeaderBlock, ImageBlock, SectionBlock } from '@slack/types';
import { Elements } from './elements.tsx';
import { Text } from './rich-text.tsx';

export function Header({ block }: { block: HeaderBlock }) {
  return (
    <h3 className="block-header">
      <Text text={block.text} />
    </h3>
  );
}

export function Section({ block }: { block: SectionBlock }) {
  const { text, fields, accessory } = block;
  return (
    <div className="block-section">
      <div className="block-section-words">
        {text && <Text text={text} />}
        {fields && (
          <div className="block-fields">
            {fields.map((field, index) => (
              <Text key={index} text={field} />
            ))}
          </div>
        )}
      </div>
      {accessory?.type === 'image' && (
        <Picture address={pictureAddress(accessory)} alt={accessory.alt_text} small />
      )}
      {accessory && accessory.type !== 'image' && (
        <Elements elements={[accessory]} blockId={block.block_id} />
      )}
    </div>
  );
}

export function Context({ block }: { block: ContextBlock }) {
  return (
    <div className="block-context">
      {block.elements.map((element, index) =>
        element.type === 'image' ? (
          <Picture key={index} address={pictureAddress(element)} alt={element.alt_text} small />
        ) : (
          <Text key={index} text={element} />
        ),
      )}
    </div>
  );
}

export function Image({ block }: { block: ImageBlock }) {
  return (
    <figure className="block-image">
      {block.title && (
        <figcaption>
          <Text text={block.title} />
        </figcaption>
      )}
      <Picture address={pictureAddress(block)} alt={block.alt_text} />
    </figure>
  );
}

export function Alert({ block }: { block: AlertBlock }) {
  return (
    <div className={`block-alert block-alert-${block.level ?? 'default'}`} role="note">
      <Text text={block.text} />
    </div>
  );
}

/** Only the workspace's own pictures are loaded: the page asks nothing of other hosts. */
function Picture({ address, alt, small = false }: { address: string; alt: string; small?: boolean }) {
  const own = address.startsWith('/') || address.startsWith(`${location.origin}/`);
  if (own) return <img className={small ? 'picture-small' : 'picture'} src={address} alt={alt} />;
  return (
    <span className={small ? 'picture-absent picture-absent-small' : 'picture-absent'} title={address}>
      {alt}
    </span>
  );
}

function pictureAddress(image: object): string {
  if ('image_url' in image && typeof image.image_url === 'string') return image.image_url;
  if (!('slack_file' in image)) return '';
  const file = image.slack_file as { id?: string; url?: string };
  return file.id === undefined ? (file.url ?? '') : `/sandbox/files/${encodeURIComponent(file.id)}`;
}
