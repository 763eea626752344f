/** Components of a message, V1 and V2: what stands where, and which draws what. */

import { useState } from 'preact/hooks';
import {
  ComponentType,
  type ContainerComponent,
  type MessageComponent,
  type SectionComponent,
  type SeparatorComponent,
} from '../api/components';
import { Markdown } from '../markdown/markdown';
import { cssColour } from '../state/people';
import { ActionRow, MessageButton } from './buttons';
import { FileComponentCard, MediaGallery, Thumbnail } from './media';

interface Reach {
  everyone: boolean;
}

function Section({ section, everyone }: { section: SectionComponent } & Reach) {
  const { accessory } = section;
  return (
    <div class="section">
      <div class="section-texts">
        {section.components.map((text, position) => (
          <Markdown key={position} source={text.content} everyone={everyone} />
        ))}
      </div>
      <div class="section-accessory">
        {accessory.type === ComponentType.thumbnail ? (
          <Thumbnail thumbnail={accessory} />
        ) : (
          <MessageButton button={accessory} />
        )}
      </div>
    </div>
  );
}

function Separator({ separator }: { separator: SeparatorComponent }) {
  const size = separator.spacing === 2 ? 'large' : 'small';
  const line = separator.divider === false ? 'separator-blank' : 'separator-line';
  return <hr class={`separator separator-${size} ${line}`} />;
}

function Container({ container, everyone }: { container: ContainerComponent } & Reach) {
  const [hidden, setHidden] = useState(container.spoiler === true);
  const accent = container.accent_color ?? null;
  const style = accent === null ? {} : { '--accent': cssColour(accent) };
  if (hidden) {
    return (
      <button
        type="button"
        class="container container-spoiler"
        style={style}
        onClick={() => setHidden(false)}
      >
        <span class="picture-spoiler-word">Spoiler</span>
      </button>
    );
  }
  return (
    <div class={accent === null ? 'container' : 'container container-accent'} style={style}>
      <Components components={container.components} everyone={everyone} />
    </div>
  );
}

function Component({ component, everyone }: { component: MessageComponent } & Reach) {
  switch (component.type) {
    case ComponentType.actionRow:
      return <ActionRow row={component} />;
    case ComponentType.section:
      return <Section section={component} everyone={everyone} />;
    case ComponentType.textDisplay:
      return <Markdown source={component.content} everyone={everyone} />;
    case ComponentType.mediaGallery:
      return <MediaGallery gallery={component} />;
    case ComponentType.file:
      return <FileComponentCard file={component} />;
    case ComponentType.separator:
      return <Separator separator={component} />;
    case ComponentType.container:
      return <Container container={component} everyone={everyone} />;
  }
}

export function Components({ components, everyone }: { components: MessageComponent[] } & Reach) {
  return (
    <>
      {components.map((component, position) => (
        <Component key={position} component={component} everyone={everyone} />
      ))}
    </>
  );
}
