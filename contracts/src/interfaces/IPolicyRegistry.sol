// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @notice A score policy as its author hands it in; times are seconds since 1970
struct PolicyDocument {
    bytes32 policyHash; // SHA-256 of its canonical JSON (RFC 8785)
    string name; // at most 64 bytes
    uint32 version; // from 1
    string uri; // where the JSON is found, such as ipfs://CID; at most 512 bytes
    uint64 validFrom;
    uint64 validUntil; // not included
}

/// @notice A document, who handed it in, and what the members made of it
/// @dev `from` (included) and `until` (not included) are when it counts; both zero until it is adopted.
struct PolicyRecord {
    PolicyDocument document;
    OrgId proposer;
    uint64 submittedAt;
    uint64 adoptedAt;
    uint64 from;
    uint64 until;
}

/// @title IPolicyRegistry
/// @notice Score policies: any member hands one in, and only a vote behind the timelock adopts it or ends it
/// @dev A document has the hash of its content and its proposer for a name, so that what is voted on cannot be swapped,
///      and nobody can take a policy's place by handing in other terms under its hash first.
interface IPolicyRegistry {
    /// @notice A member handed a document in, signed by coming from its account contract
    event PolicySubmitted(bytes32 indexed id, bytes32 indexed policyHash, OrgId indexed proposer);
    /// @notice The members adopted a document; it counts from `from` on
    event PolicyAdopted(bytes32 indexed id, bytes32 indexed policyHash, uint64 from, uint64 until);
    /// @notice A document counts only until `until`: another of its name was adopted, or the members withdrew it
    event PolicyEnded(bytes32 indexed id, bytes32 indexed policyHash, uint64 until);

    /// @notice Thrown when anyone but the timelock adopts or withdraws
    error NotGovernance(address caller);
    /// @notice Thrown when the caller is no account contract of an active member
    error NotActiveMember(OrgId org, address caller);
    /// @notice Thrown when the member handed in exactly this document before
    error AlreadySubmitted(bytes32 id);
    /// @notice Thrown when nobody handed in such a document
    error UnknownPolicy(bytes32 id);
    /// @notice Thrown when hash or version is zero, or a text empty or too long
    error MalformedPolicy(bytes32 policyHash, uint32 version, uint256 nameLength, uint256 uriLength);
    /// @notice Thrown when the validity is empty or over
    error ValidityRefused(uint64 validFrom, uint64 validUntil, uint64 nowTime);
    /// @notice Thrown when the document was adopted before
    error AlreadyAdopted(bytes32 id, uint64 adoptedAt);
    /// @notice Thrown when the version was adopted before with another content
    error VersionTaken(string name, uint32 version, bytes32 policyHash);
    /// @notice Thrown when the document was never adopted, or counts no more
    error NotInForce(bytes32 id, uint64 until);
    /// @notice Thrown when one of the two contracts it is built on has no code
    error ContractMissing(address where);

    /// @notice Hand a document in; only from the account of an active member
    /// @return id what a proposal names
    function submit(PolicyDocument calldata document) external returns (bytes32 id);

    /// @notice Let a document count from its `validFrom` on, or from now on if that is over; only the timelock
    /// @dev Every other document of the name counts no longer than that.
    function adopt(bytes32 id) external;

    /// @notice Let an adopted document count no more from now on; only the timelock
    function withdraw(bytes32 id) external;

    /// @notice Whether a policy with this hash counts at `time`
    function isAdopted(bytes32 policyHash, uint64 time) external view returns (bool);

    /// @notice The hash of the policy of this name that counts now; zero when none does
    function current(string calldata name) external view returns (bytes32 policyHash);

    /// @notice The hash of the policy of this name that counts at `time`; zero when none does
    function currentAt(string calldata name, uint64 time) external view returns (bytes32 policyHash);

    /// @notice The document and its fate; reverts with `UnknownPolicy`
    function policy(bytes32 id) external view returns (PolicyRecord memory);

    /// @notice The name that a document has or would have here
    function policyId(PolicyDocument calldata document, OrgId proposer) external pure returns (bytes32);

    /// @notice How many documents were handed in
    function policyCount() external view returns (uint256);

    /// @notice The id of document number `index`, from 0
    function policyAt(uint256 index) external view returns (bytes32 id);

    /// @notice The ids of all documents adopted under a name, in the order of their votes
    function adoptions(string calldata name) external view returns (bytes32[] memory ids);

    /// @notice The registry of members
    function registry() external view returns (IMemberRegistry);

    /// @notice The timelock that acts for the members
    function governance() external view returns (address);
}
