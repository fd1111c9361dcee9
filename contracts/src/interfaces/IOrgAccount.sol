// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @title IOrgAccount
/// @notice An organisation's lasting address. Its operators are keys of the registry, so they rotate and it stays
interface IOrgAccount is IERC1271 {
    /// @notice The account called `target` for `operator`
    event Executed(address indexed operator, address indexed target, uint256 value, bytes4 selector);

    /// @notice Thrown when the caller's key may not operate this account now
    error NotOperator(OrgId org, address caller);
    /// @notice Thrown when data is sent to an address without code, where it would be lost in silence
    error TargetWithoutCode(address target);
    /// @notice Thrown when the account is made for nobody, or at an address that is no registry
    error AccountMisconfigured(OrgId org, address registry);

    /// @notice Call `target` as this organisation; only an operator. Reverts with the reason of the target
    /// @return result what the target gave back
    function execute(address target, uint256 value, bytes calldata data)
        external
        payable
        returns (bytes memory result);

    /// @notice The digest that an operator signs, so that `isValidSignature(hash, ...)` holds for this account alone
    /// @dev EIP-712, struct `OrgMessage(bytes32 hash)`, with chain id and this address in the domain.
    function messageDigest(bytes32 hash) external view returns (bytes32);

    /// @notice The organisation that this account speaks for
    function org() external view returns (OrgId);

    /// @notice The registry that knows its operators
    function registry() external view returns (IMemberRegistry);
}
