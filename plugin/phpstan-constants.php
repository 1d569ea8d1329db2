<?php
/**
 * Constants that the stubs leave out.
 *
 * @package ArBridge
 */

define( 'ABSPATH', '/' );
define( 'ARRAY_N', 'ARRAY_N' );
