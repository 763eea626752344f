/** Search, and the newest videos: what a room without a video shows, and how the host changes it. */

import { useEffect, useState } from 'preact/hooks';
import type { Video } from '../../api/answers';
import { sentenceOf } from '../../api/problem';
import type { Library } from '../../visit/room';
import { Icon } from '../icons';
import { useInside, useView } from '../room_context';
import { nameOf } from '../words/people_words';
import { ageWords, clockTime } from '../words/time_words';
import { Button } from './button';

const PAGE = 12;
/** A pause in typing. */
const TYPING_MS = 300;

/** What to say where nothing is being watched: the search, or whom to wait for. */
export function ChooseOrWait() {
  const mayChoose = useView((view) => view.iMayControl);
  const host = useView((view) => nameOf(view, view.host?.user_id ?? null));
  if (mayChoose) {
    return (
      <section class="choose" aria-label="Choose a video">
        <h1>What shall we watch?</h1>
        <ChooseVideo />
      </section>
    );
  }
  return (
    <section class="choose choose-wait">
      <Icon name="film" size={48} />
      <h1>{host} is choosing a video</h1>
      <p class="quiet">It starts here for everyone at the same moment.</p>
    </section>
  );
}

export function ChooseVideo() {
  const { desk, room } = useInside();
  const current = useView((view) => view.media?.entry_id ?? null);
  const [query, setQuery] = useState('');
  const [choosing, setChoosing] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const found = useFound(room.library, query);

  async function choose(id: string) {
    setChoosing(id);
    setProblem(null);
    setProblem(await desk.choose(id));
    setChoosing(null);
  }

  return (
    <div class="choose-video">
      <label class="search">
        <Icon name="search" size={20} />
        <input
          type="search"
          value={query}
          placeholder="Search videos"
          aria-label="Search videos"
          autocomplete="off"
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </label>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <Results found={found} query={query} current={current} choosing={choosing} onChoose={choose} />
    </div>
  );
}

interface Found {
  readonly videos: readonly Video[] | null;
  readonly total: number;
  readonly problem: string | null;
  readonly isBusy: boolean;
  more(): void;
  again(): void;
}

/** Asks after a pause in typing; an answer to older words is never shown. */
function useFound(library: Library, query: string): Found {
  const [videos, setVideos] = useState<readonly Video[] | null>(null);
  const [total, setTotal] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [page, setPage] = useState(1);
  const [tries, setTries] = useState(0);
  const [isBusy, setBusy] = useState(true);
  useEffect(() => setPage(1), [query]);
  useEffect(() => {
    const asked = new AbortController();
    const ask = async () => {
      setBusy(true);
      setProblem(null);
      try {
        const answer = await library.videos({ query: query.trim(), page, limit: PAGE }, asked.signal);
        setVideos((before) =>
          page === 1 || before === null ? answer.videos : [...before, ...answer.videos],
        );
        setTotal(answer.total);
        setBusy(false);
      } catch (error) {
        if (!asked.signal.aborted) {
          setProblem(sentenceOf(error));
          setBusy(false);
        }
      }
    };
    const timer = setTimeout(ask, query === '' || page > 1 ? 0 : TYPING_MS);
    return () => {
      clearTimeout(timer);
      asked.abort();
    };
  }, [library, query, page, tries]);
  return {
    videos,
    total,
    problem,
    isBusy,
    more: () => setPage(page + 1),
    again: () => setTries(tries + 1),
  };
}

interface ResultsProps {
  readonly found: Found;
  readonly query: string;
  readonly current: string | null;
  readonly choosing: string | null;
  readonly onChoose: (id: string) => void;
}

function Results({ found, query, current, choosing, onChoose }: ResultsProps) {
  const { videos, total, problem, isBusy } = found;
  if (problem !== null) {
    return (
      <div class="problem" role="alert">
        <p>{problem}</p>
        <Button onPress={found.again}>Try again</Button>
      </div>
    );
  }
  if (videos === null) {
    return <Placeholders />;
  }
  if (videos.length === 0) {
    return (
      <p class="quiet" role="status">
        {query.trim() === ''
          ? 'There are no videos for this server yet.'
          : `Nothing found for “${query.trim()}”. Try fewer words.`}
      </p>
    );
  }
  return (
    <>
      <h2 class="panel-head" aria-live="polite">
        {query.trim() === '' ? 'Newest videos' : `${total} found`}
      </h2>
      <ul class={`videos ${isBusy ? 'is-busy' : ''}`}>
        {videos.map((video) => (
          <li key={video.id}>
            <VideoCard
              video={video}
              isCurrent={video.id === current}
              isChosen={video.id === choosing}
              onChoose={() => onChoose(video.id)}
            />
          </li>
        ))}
      </ul>
      {videos.length < total && <Button onPress={found.more}>Show more</Button>}
    </>
  );
}

interface VideoCardProps {
  readonly video: Video;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function VideoCard({ video, isCurrent, isChosen, onChoose }: VideoCardProps) {
  const isLive = video.kind === 'live';
  const facts = [
    isLive ? null : ageWords(video.created_at, Date.now() / 1000),
    `${video.plays} ${video.plays === 1 ? 'play' : 'plays'}`,
  ].filter((one) => one !== null);
  return (
    <button type="button" class="video-card" onClick={onChoose} aria-busy={isChosen}>
      <Poster address={video.thumbnail} kind={video.kind} />
      {isLive ? (
        <span class="live-mark">Live</span>
      ) : (
        <span class="video-length">{clockTime(video.duration)}</span>
      )}
      <span class="video-title">{video.title}</span>
      <span class="video-facts">{isCurrent ? 'On now' : facts.join(' · ')}</span>
      {isChosen && <span class="loading-line" aria-hidden="true" />}
    </button>
  );
}

function Poster({ address, kind }: { readonly address: string | null; readonly kind: Video['kind'] }) {
  const [broken, setBroken] = useState(false);
  return (
    <span class="poster">
      {address === null || broken ? (
        <Icon name={kind === 'audio' ? 'sound' : 'film'} size={32} />
      ) : (
        <img src={address} alt="" loading="lazy" onError={() => setBroken(true)} />
      )}
    </span>
  );
}

function Placeholders() {
  return (
    <ul class="videos" role="status" aria-label="Looking for videos">
      {[1, 2, 3, 4, 5, 6].map((one) => (
        <li key={one} class="video-card placeholder" aria-hidden="true">
          <span class="poster" />
          <span class="placeholder-line" />
        </li>
      ))}
    </ul>
  );
}
