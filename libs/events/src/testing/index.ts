export { RecordingEvents } from './recording-events.ts';

export type { RecordedEvent } from './recording-events.ts';
