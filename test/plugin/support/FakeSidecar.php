<?php

declare( strict_types=1 );

namespace ArBridge\Test;

/** A sidecar that records what it is sent and answers as told. */
final class FakeSidecar {

	public function __construct( public string $url, private string $folder, private Running $process ) {}

	/**
	 * From now on answers $path with this.
	 *
	 * @param mixed                 $body    Text as it is, anything else as JSON; `STORE ALL` says that all it got is stored.
	 * @param array<string, string> $headers
	 */
	public function answer( string $path, int $status, $body, array $headers = array(), float $after_seconds = 0 ): void {
		$headers += array( 'Content-Type' => 'application/json' );
		file_put_contents( $this->file( $path ), json_encode( array( 'status' => $status, 'body' => is_string( $body ) ? $body : json_encode( $body ), 'headers' => $headers, 'after' => $after_seconds ) ) );
	}

	/**
	 * The calls it got, oldest first.
	 *
	 * @return list<array{method: string, target: string, headers: array<string, string>, body: string}>
	 */
	public function calls(): array {
		$log = $this->folder . '/calls.log';
		return is_file( $log ) ? array_map( static fn ( string $line ): array => json_decode( $line, true ), (array) file( $log ) ) : array();
	}

	public function forget_calls(): void {
		@unlink( $this->folder . '/calls.log' );
	}

	public function stop(): void {
		posix_kill( -$this->process->pid(), SIGTERM );
		$this->process->join();
	}

	private function file( string $path ): string {
		return $this->folder . '/answer-' . md5( $path ) . '.json';
	}
}
