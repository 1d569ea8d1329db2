<?php
/** Router of FakeSidecar: writes each call to calls.log and answers what answer-<md5 of path>.json says. */

declare( strict_types=1 );

$folder  = $_SERVER['DOCUMENT_ROOT'];
$headers = array();
foreach ( $_SERVER as $name => $value ) {
	if ( str_starts_with( $name, 'HTTP_' ) ) {
		$headers[ strtolower( str_replace( '_', '-', substr( $name, 5 ) ) ) ] = $value;
	}
}
$call = array(
	'method'  => $_SERVER['REQUEST_METHOD'],
	'target'  => $_SERVER['REQUEST_URI'],
	'headers' => $headers,
	'body'    => (string) file_get_contents( 'php://input' ),
);
file_put_contents( $folder . '/calls.log', json_encode( $call ) . "\n", FILE_APPEND | LOCK_EX );
$file   = $folder . '/answer-' . md5( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ) . '.json';
$answer = is_file( $file ) ? json_decode( (string) file_get_contents( $file ), true ) : array( 'status' => 404, 'body' => '{"error":{"code":"fake.no_answer","message":"No answer was prepared."}}', 'headers' => array( 'Content-Type' => 'application/json' ), 'after' => 0 );
usleep( (int) ( $answer['after'] * 1_000_000 ) );
http_response_code( $answer['status'] );
foreach ( $answer['headers'] as $name => $value ) {
	header( "$name: $value" );
}
if ( 'STORE ALL' === $answer['body'] ) {
	$batch = json_decode( $call['body'], true );
	echo json_encode( array( 'stored' => array( 'objects' => array_map( static fn ( array $row ): array => array_diff_key( $row, array( 'changedAt' => 1 ) ), $batch['objects'] ), 'payments' => array_column( $batch['payments'], 'id' ) ) ) );
} else {
	echo $answer['body'];
}
return true;
